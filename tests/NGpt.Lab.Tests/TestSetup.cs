// Trainings share the one set of threads of the process, and tests of when a call ends measure time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
