"""Prints losses and sums of the weights' magnitudes of small trainings with SwapEMAWeights, by Keras 3.15.1."""
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras,numpy as np
from keras import layers as L, optimizers as O
x=np.linspace(-1,1,24).reshape(8,3).astype("float32"); y=np.stack([x.sum(1),x[:,0]*x[:,1]],1).astype("float32")
for opt in ["sgd","multi"]:
  for on in [None,False,True]:
    m=keras.Sequential([keras.Input((3,)),L.Dense(2,name="a")])
    s=O.SGD(0.3,momentum=.5,use_ema=True,ema_momentum=.6)
    if opt=="multi": s=O.MultiOptimizer(O.OptimizerMap(O.SGD(0.2),{".*kernel":s}))
    m.compile(s,"mse")
    m.set_weights([np.array([[.1,-.2],[.3,.4],[-.5,.6]],"float32"),np.array([.1,-.1],"float32")])
    seen=[]
    cb=[] if on is None else [keras.callbacks.SwapEMAWeights(on)]
    cb.append(keras.callbacks.LambdaCallback(on_epoch_end=lambda e,l: seen.append([float(np.float32(np.abs(w).sum())) for w in m.get_weights()])))
    h=m.fit(x,y,batch_size=4,epochs=3,shuffle=False,verbose=0,validation_data=(x[::-1],y),callbacks=cb)
    print(opt,on,h.history["loss"],h.history["val_loss"],seen,[float(np.abs(w).sum()) for w in m.get_weights()])
