package golden

// kinds maps each kind of case to the function that runs it.
var kinds = map[string]func(*Case) error{
	"activation":  runActivation,
	"callback":    runCallback,
	"constraint":  runConstraint,
	"initializer": runInitializer,
	"layer":       runLayer,
	"loss":        runLoss,
	"op":          runOp,
	"metric":      runMetric,
	"model":       runModel,
	"optimizer":   runOptimizer,
	"regularizer": runRegularizer,
	"schedule":    runSchedule,
	"trajectory":  runTrajectory,
	"util":        runUtil,
}
