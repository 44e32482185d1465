// The C# of README.md and docs/, compiled. SnippetTests compares each block with the region of its name.

// begin-snippet: ask
using Homer.Engine;

using var homer = HomerEngine.Load("models/homer-mini");               // device: "auto", "cpu", "cuda:0", "opencl"
Console.WriteLine(homer.Ask(File.ReadAllText("chronicle.txt"), "What is the pass key?"));
// end-snippet
