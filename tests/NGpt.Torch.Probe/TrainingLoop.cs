using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace NGpt.Torch.Probe;

/// <summary>A small eager training step, to measure how the allocator's settings matter.</summary>
internal static class TrainingLoop
{
    internal static void Run(int steps)
    {
        const int Warmup = 3, D = 384, F = 1024, B = 8, T = 256;
        random.manual_seed(5);
        Tensor[] w = [randn(D, 3 * D), randn(D, D), randn(D, F), randn(F, D)];
        foreach (Tensor p in w)
        {
            p.mul_(0.02f).requires_grad_();
        }
        using Tensor x = randn(B, T, D);
        List<double> times = [];
        using Process process = Process.GetCurrentProcess();
        TimeSpan user = default, system = default;
        long faults = 0;
        for (int s = 0; s < steps; s++)
        {
            if (s == Warmup)
            {
                process.Refresh();
                (user, system, faults) = (process.UserProcessorTime, process.PrivilegedProcessorTime, Faults());
            }
            long start = Stopwatch.GetTimestamp();
            using (NewDisposeScope())
            {
                Tensor h = x;
                for (int l = 0; l < 3; l++)
                {
                    Tensor[] qkv = h.matmul(w[0]).view(B, T, 3, 6, D / 6).permute(2, 0, 3, 1, 4).unbind(0);
                    Tensor p = qkv[0].matmul(qkv[1].transpose(-1, -2)).mul(0.125f).softmax(-1);
                    h = h + p.matmul(qkv[2]).transpose(1, 2).reshape(B, T, D).matmul(w[1]);
                    h = h + nn.functional.silu(h.matmul(w[2])).matmul(w[3]);
                }
                h.pow(2).mean().backward();
                foreach (Tensor p in w)
                {
                    p.grad!.zero_();
                }
            }
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        process.Refresh();
        times.Sort();
        double measured = steps - Warmup;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            step: median {times[times.Count / 2]:0.0} ms, min {times[0]:0.0} ms; processor {(process.UserProcessorTime - user).TotalMilliseconds / measured:0.0} ms and {(process.PrivilegedProcessorTime - system).TotalMilliseconds / measured:0.0} ms in the system; page faults {(Faults() - faults) / measured:0}
            """));
    }

    private static long Faults() => long.Parse(File.ReadAllText("/proc/self/stat").Split(' ')[9], CultureInfo.InvariantCulture);
}
