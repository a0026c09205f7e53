using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using NGpt.Core.Errors;
using NGpt.Torch.Native;
using TorchSharp;

namespace NGpt.Lab.TrainingBenchmarks;

/// <summary>
/// The process of one subject: it holds nothing but the subject, so that its peak memory is the subject's own, and
/// blocks on its input, using no CPU, while others are measured.
/// </summary>
public static class BenchmarkWorker
{
    /// <summary>Reads a request, answers, and measures on command until the input ends. Changes settings of the whole process.</summary>
    /// <param name="input">Where requests come from.</param>
    /// <param name="output">Where answers go; nothing else must be written there.</param>
    /// <exception cref="NGptException">The request is invalid, or the subject fails.</exception>
    public static void Run(TextReader input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        // Ctrl-C reaches every process of a terminal; the parent process decides when this one ends.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        PreferForOutOfMemoryKill();
        Serve(input, output);
    }

    /// <summary>The same, without changing settings of the process.</summary>
    internal static void Serve(TextReader input, TextWriter output)
    {
        if (input.ReadLine() is not string first)
        {
            return;
        }

        WorkerRequest request = WorkerProtocol.Read<WorkerRequest>(first);
        NativeEnvironment.Prepare(request.Threads);
        LibTorchInfo library = LibTorch.Load();
        using IWorkload workload = Workloads.Create(request);
        Answer(new WorkerReady
        {
            Description = workload.Description,
            OperationsPerStep = workload.OperationsPerStep,
            Threads = NativeEnvironment.Threads,
            LibTorch = library.Version,
            TorchSharp = VersionOf(typeof(torch).Assembly),
        });
        while (input.ReadLine() is string command)
        {
            Answer(Measure(workload, WorkerProtocol.ReadSteps(command)));
        }

        void Answer<T>(T message)
        {
            output.WriteLine(WorkerProtocol.Write(message));
            output.Flush();
        }
    }

    /// <summary>Runs and times steps.</summary>
    internal static WorkerMeasurement Measure(IWorkload workload, int steps)
    {
        double[] seconds = new double[steps];
        double firstLoss = 0;
        long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        for (int step = 0; step < steps; step++)
        {
            long start = Stopwatch.GetTimestamp();
            double loss = workload.Step();
            seconds[step] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            firstLoss = step == 0 ? loss : firstLoss;
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        return new WorkerMeasurement(seconds, firstLoss, [.. workload.StageTimes], allocated, MachineMemory.Read().ProcessPeak);
    }

    private static string VersionOf(Assembly assembly)
    {
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString() ?? "unknown";
        return version.Split('+')[0];
    }

    // A memory estimate may be wrong: on out-of-memory, Linux should kill this process and no other.
    private static void PreferForOutOfMemoryKill()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            File.WriteAllText("/proc/self/oom_score_adj", "1000");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A container may forbid it; the memory estimate is then the only protection.
        }
    }
}
