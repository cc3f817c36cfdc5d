package golden

// kinds has the function that runs the cases of each kind.
var kinds = map[string]func(*Case) error{
	"activation":  runActivation,
	"constraint":  runConstraint,
	"initializer": runInitializer,
	"layer":       runLayer,
	"loss":        runLoss,
	"op":          runOp,
	"metric":      runMetric,
	"optimizer":   runOptimizer,
	"regularizer": runRegularizer,
	"schedule":    runSchedule,
	"trajectory":  runTrajectory,
}
