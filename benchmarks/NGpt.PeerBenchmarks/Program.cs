using NGpt.PeerBenchmarks.Native;
LlamaLibrary lib = LlamaLibrary.Load(args[0]);
Console.WriteLine(lib.Version + " " + lib.SystemInfo);
using LlamaModel m = new(lib, args[1]);
Console.WriteLine($"{m.VocabularySize} {m.WeightBytes} {m.HasTokenizer}");
using LlamaContext c = new(lib, m, 128, 2, exact: true);
c.StartThreads();
int[] t = [1, 2, 3, 4, 5, 6, 7];
c.Run(t, true);
for (int i = 0; i < 7; i++) { Console.WriteLine(string.Join(" ", c.Logits(i)[..5].ToArray())); }
c.Clear();
foreach (int x in t) { c.Run([x]); Console.WriteLine(string.Join(" ", c.Logits()[..5].ToArray())); }
