// dotnet run --project examples/ReadCheckpoint -- RUN (a run folder or a checkpoint folder)
using NGpt.Core.Checkpoints;
using NGpt.Core.Files;
using NGpt.Core.Tokenizers;

string checkpoint = CheckpointFolder.Find(args.FirstOrDefault() ?? "runs/small-ngpt").Path;
using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(checkpoint, "model.safetensors"));
foreach (TensorInfo tensor in file.TensorList)
{
    Console.WriteLine($"{tensor.Name} [{string.Join(", ", tensor.Shape)}]");
}
ITokenizer tokenizer = TokenizerFile.Load(Path.Combine(checkpoint, "tokenizer.json"));
int[] tokens = tokenizer.Encode("Hello, world");
Console.WriteLine($"{tokens.Length} tokens: {tokenizer.Decode(tokens)}");
