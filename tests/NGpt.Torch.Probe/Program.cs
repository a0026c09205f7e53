using System.Globalization;
using NGpt.Core.Errors;
using NGpt.Core.Files;
using NGpt.Torch.Native;
using NGpt.Torch.Probe;
using TorchSharp;

// Prints "key: value" lines that the tests read. The exit code is 3 where loading fails with an explained error.
try
{
    switch (args)
    {
        case ["load", ..]:
            LibTorch.CanReplaceFiles = !args.Contains("--read-only");
            LibTorchInfo info = LibTorch.Load();
            Console.WriteLine($"version: {info.Version}");
            Console.WriteLine($"folder: {info.Folder}");
            Console.WriteLine($"source: {info.Source}");
            Console.WriteLine($"cuda: {info.IsCudaBuild}");
            Console.WriteLine($"patched: {string.Join("; ", info.Patch)}");
            Console.WriteLine($"bridge: {info.Files[^1].Path}");
            Console.WriteLine($"warnings: {string.Join("; ", info.Warnings)}");
            Console.WriteLine($"copies: {string.Join(' ', File.ReadLines("/proc/self/maps").Where(l => l.Contains("libtorch_cpu", StringComparison.Ordinal)).Select(l => l[l.IndexOf('/', StringComparison.Ordinal)..]).Distinct())}");
            Console.WriteLine($"sum: {torch.arange(7).sum().item<long>()}");
            return 0;
        case ["touch"]:
            // The first thing that happens is a use of TorchSharp, by code that knows this assembly.
            _ = CacheFolder.Path;
            Console.WriteLine($"sum: {torch.arange(7).sum().item<long>()}");
            return 0;
        case ["threads", string count]:
            NativeEnvironment.Prepare(int.Parse(count, CultureInfo.InvariantCulture));
            LibTorch.Load();
            Console.WriteLine($"threads: {torch.get_num_threads()}");
            Console.WriteLine($"native: {NativeVariables.Read("OMP_NUM_THREADS")}");
            return 0;
        case ["doctor"]:
            IReadOnlyList<DoctorFinding> findings = Doctor.Examine(AppContext.BaseDirectory);
            foreach (DoctorFinding finding in findings)
            {
                Console.WriteLine($"{finding.Status} {finding.Subject}: {finding.Detail}");
            }
            return findings.Any(f => f.Status == FindingStatus.Problem) ? 1 : 0;
        case ["loop", string steps]:
            LibTorch.Load();
            TrainingLoop.Run(int.Parse(steps, CultureInfo.InvariantCulture));
            return 0;
        case ["loop-thread", string steps]:
            LibTorch.Load();
            Thread thread = new(() => TrainingLoop.Run(int.Parse(steps, CultureInfo.InvariantCulture)));
            thread.Start();
            thread.Join();
            return 0;
        default:
            return 2;
    }
}
catch (NGptException e)
{
    Console.WriteLine($"error: {e.Message}");
    Console.WriteLine($"remedy: {e.Remedy}");
    return 3;
}
catch (TypeInitializationException e) when (e.InnerException is NGptException inner)
{
    Console.WriteLine($"error: {inner.Message}");
    Console.WriteLine($"remedy: {inner.Remedy}");
    return 3;
}
