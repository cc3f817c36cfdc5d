"""Makes the histories in this folder with Keras on the digits data of scikit-learn: python histories.py"""
import os
os.environ["KERAS_BACKEND"]="tensorflow"
import numpy as np, keras
from keras import layers as L, regularizers as R
from sklearn.datasets import load_digits
d=load_digits(); x=(d.data/16).astype("float32"); y=d.target.astype("int32")
p=np.random.RandomState(7).permutation(len(x)); x,y=x[p],y[p]
xv,yv=x[1000:],y[1000:]
def noisy(y):
    r=np.random.RandomState(11); y=y.copy(); m=r.rand(len(y))<.2; y[m]=r.randint(0,10,m.sum()); return y
def run(name,n,units,epochs,drop=0,l2=0,noise=True,lr=1e-3,cb=(),bs=16,hidden=2):
    keras.utils.set_random_seed(1)
    ls=[L.Input((64,))]
    for _ in range(hidden):
        ls.append(L.Dense(units,"relu",kernel_regularizer=R.L2(l2) if l2 else None))
        if drop: ls.append(L.Dropout(drop))
    ls.append(L.Dense(10,"softmax",kernel_regularizer=R.L2(l2) if l2 else None))
    m=keras.Sequential(ls)
    m.compile(keras.optimizers.Adam(lr),"sparse_categorical_crossentropy",metrics=["accuracy"])
    yt=noisy(y[:n]) if noise else y[:n]
    h=m.fit(x[:n],yt,validation_data=(xv,yv),epochs=epochs,batch_size=bs,verbose=0,callbacks=list(cb)).history
    ks=["loss","accuracy","val_loss","val_accuracy"]
    with open(f"{name}.csv","w") as f:
        f.write("epoch,"+",".join(ks)+"\n")
        for i in range(len(h["loss"])): f.write(str(i)+","+",".join(f"{h[k][i]:.6g}" for k in ks)+"\n")
    print(name,h["loss"][-1],min(h["val_loss"]),int(np.argmin(h["val_loss"]))+1,h["val_loss"][-1],flush=True)
run("overfit_noise",300,256,60)
run("more_data",1000,256,60)
run("smaller",300,32,60,hidden=1)
run("dropout",300,256,60,drop=.5)
run("l2",300,256,60,l2=3e-3)
run("early_stopping",300,256,60,cb=[keras.callbacks.EarlyStopping(patience=3,restore_best_weights=True)])
run("clean_small",100,256,80,noise=False)
run("clean_all",1000,256,30,noise=False,bs=64)
run("underfit_lr",1000,16,10,noise=False,lr=1e-4)
run("diverged",300,256,20,lr=3.0)
run("good_dropout",1000,64,40,noise=False,drop=.3)
