using NGpt.Cli;

using StopSignal stop = new();
Console.WriteLine("ready");
stop.Token.WaitHandle.WaitOne();
Console.WriteLine("saving");
if (args is ["endless"])
{
    Thread.Sleep(Timeout.Infinite);
}

return stop.ExitCode;
