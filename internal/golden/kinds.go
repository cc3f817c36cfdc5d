package golden

// kinds has the function that runs the cases of each kind.
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
