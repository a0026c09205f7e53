// dotnet run --project examples/GenerateText -- RUN (a run folder, a checkpoint folder or a .gguf file)
using NGpt.Core.Sampling;
using NGpt.Runtime.Generation;
using NGpt.Runtime.Models;

string path = args.FirstOrDefault() ?? "runs/small-ngpt";
using RuntimeModel model = RuntimeModel.Load(path);
using TextGenerator generator = new(model);
SamplingOptions options = new() { MaxTokens = 40, Temperature = 0.8, Seed = 1 };
Console.WriteLine(generator.Generate("Returns the", options).Text);
foreach (string piece in generator.Stream("Returns the", options))
{
    Console.Write(piece);
}
