using System.Diagnostics;
using NGpt.Fuzz;

// Reads damaged files with the parsers of foreign files and of requests: `safetensors --inputs 100000 --seed 1`. Every input
// must be taken or refused with a clear error, within a limit of time and of memory; ends with 1 where one was not.
if (FuzzOptions.Parse(args) is not FuzzOptions options)
{
    Console.Error.WriteLine(FuzzOptions.Usage);
    return 2;
}

// Above the longest time that a tokenizer's regular expression may search before it is rejected.
TimeSpan longest = TimeSpan.FromSeconds(3);
const string Memory = "/dev/shm";
string folder = Directory.Exists(Memory)
    ? Directory.CreateDirectory(Path.Combine(Memory, $"ngpt-fuzz-{Environment.ProcessId}")).FullName
    : Directory.CreateTempSubdirectory("ngpt-fuzz-").FullName;
bool failed = false;
try
{
    foreach (string name in options.Targets)
    {
        long start = Stopwatch.GetTimestamp();
        using FuzzTarget target = FuzzTarget.All[name]();
        FuzzResult result = new FuzzRun(target, options.Seed, folder, longest).Run(options.First, options.Inputs, number =>
        {
            if ((number + 1) % 10_000 == 0)
            {
                Console.WriteLine($"{name}: {number + 1:N0}");
            }
        });
        foreach (FuzzFailure failure in result.Failures)
        {
            string kept = Directory.CreateDirectory(Path.Combine(options.Failures, $"{name}-seed-{options.Seed}-input-{failure.Number}")).FullName;
            foreach (FuzzFile file in failure.Files)
            {
                File.WriteAllBytes(Path.Combine(kept, file.Name), file.Content);
            }

            Console.WriteLine($"{name}: input {failure.Number} of seed {options.Seed} {failure.Problem}; kept in {kept}");
        }

        failed |= result.Failures.Count > 0;
        Console.WriteLine(
            $"{name}: {result.Inputs:N0} inputs of seed {options.Seed} in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {result.Accepted:N0} accepted, "
            + $"{result.Refused:N0} refused, {result.Failures.Count:N0} failed; slowest {result.Slowest.TotalMilliseconds:0} ms, memory at most {result.MaxShare:P0} of its limit "
            + $"of {target.FixedBytes:N0} bytes and {target.BytesPerByte:N0} for each byte");
    }
}
finally
{
    Directory.Delete(folder, recursive: true);
}

return failed ? 1 : 0;
