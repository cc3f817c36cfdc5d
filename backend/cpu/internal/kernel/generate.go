package kernel

// The assembly is written by the module in gen, which also tests that it is
// current: go -C gen test .

//go:generate go -C gen run . -family gemm -out ../gemm_amd64.s -stubs ../gemm_amd64.go -pkg kernel
//go:generate go -C gen run . -family elementwise -out ../elementwise_amd64.s -stubs ../elementwise_amd64.go -pkg kernel
//go:generate go -C gen run . -family rows -out ../rows_amd64.s -stubs ../rows_amd64.go -pkg kernel
//go:generate go -C gen run . -family cols -out ../cols_amd64.s -stubs ../cols_amd64.go -pkg kernel
//go:generate go -C gen run . -family optimizer -out ../optimizer_amd64.s -stubs ../optimizer_amd64.go -pkg kernel
//go:generate go -C gen run . -family rnn -out ../rnn_amd64.s -stubs ../rnn_amd64.go -pkg kernel
//go:generate go -C gen run . -family depthwise -out ../depthwise_amd64.s -stubs ../depthwise_amd64.go -pkg kernel
//go:generate go -C gen run . -family winograd -out ../winograd_amd64.s -stubs ../winograd_amd64.go -pkg kernel
//go:generate go -C gen run . -family philox -out ../philox_amd64.s -stubs ../philox_amd64.go -pkg kernel
//go:generate go -C gen run . -family pooling -out ../pooling_amd64.s -stubs ../pooling_amd64.go -pkg kernel
//go:generate go -C gen run . -family scatter -out ../scatter_amd64.s -stubs ../scatter_amd64.go -pkg kernel
//go:generate go -C gen run . -family blocks -out ../blocks_amd64.s -stubs ../blocks_amd64.go -pkg kernel
//go:generate go -C gen run . -family half -out ../half_amd64.s -stubs ../half_amd64.go -pkg kernel
//go:generate go -C gen run . -family pairs -out ../pairs_amd64.s -stubs ../pairs_amd64.go -pkg kernel
//go:generate go -C gen run . -family amx -out ../amx_amd64.s -stubs ../amx_amd64.go -pkg kernel

//go:generate go -C gen run . -arch arm64 -family gemm -out ../gemm_arm64.s -stubs ../gemm_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family elementwise -out ../elementwise_arm64.s -stubs ../elementwise_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family rows -out ../rows_arm64.s -stubs ../rows_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family cols -out ../cols_arm64.s -stubs ../cols_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family optimizer -out ../optimizer_arm64.s -stubs ../optimizer_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family rnn -out ../rnn_arm64.s -stubs ../rnn_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family depthwise -out ../depthwise_arm64.s -stubs ../depthwise_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family winograd -out ../winograd_arm64.s -stubs ../winograd_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family philox -out ../philox_arm64.s -stubs ../philox_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family pooling -out ../pooling_arm64.s -stubs ../pooling_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family scatter -out ../scatter_arm64.s -stubs ../scatter_arm64.go -pkg kernel
//go:generate go -C gen run . -arch arm64 -family blocks -out ../blocks_arm64.s -stubs ../blocks_arm64.go -pkg kernel
