using NGpt.Core.Files;
using NGpt.Core.Tokenizers;

using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(args[0], "model.safetensors"));
foreach (TensorInfo tensor in file.TensorList)
{
    Console.WriteLine($"{tensor.Name} [{string.Join(", ", tensor.Shape)}]");
}

ITokenizer tokenizer = TokenizerFile.Load(Path.Combine(args[0], "tokenizer.json"));
int[] tokens = tokenizer.Encode("Hello, world");
Console.WriteLine($"{tokens.Length} tokens: {tokenizer.Decode(tokens)}");
