// Reads one document with several methods, and prints what each answers, in which time and in how much memory.
//
//     dotnet run -c Release --project samples/CompareMethods
//     dotnet run -c Release --project samples/CompareMethods -- plain-yarn streaming:window=300,sinks=8 homer
//
// `homer methods` lists the methods and their settings.
using System.Diagnostics;
using Homer;
using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Evaluation.Documents;
using Homer.Engine.Generation;
using Homer.Engine.Methods;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;

const double Mebibyte = 1 << 20;

string[] names = args.Length > 0 ? args : ["truncate", "streaming", "h2o", "plain", "self-extend", "homer"];
using var homer = HomerEngine.Load(Path.Combine(AppContext.BaseDirectory, "models", "homer-mini"));
(string document, string key) = VillageChronicle.Write(seed: 8, characters: 38_000, depth: 0.37);
ContextInput input = homer.Encode(homer.Template.Prefix, document, homer.Template.Ask("What is the pass key?"));
Console.WriteLine($"{input.Length:N0} tokens, window {homer.Model.Config.Window}; the pass key is #{key}");
Console.WriteLine();
Console.WriteLine($"{"method",-30}{"seconds",8}{"MiB beyond weights",20}{"forecast",10}  answer");

var options = new GenerationOptions { MaxTokens = 24, Stop = [".", homer.Template.Stop] };
foreach (string name in names)
{
    try
    {
        Compare(name);
    }
    catch (HomerException e)
    {
        Console.WriteLine($"{name,-30}{e.Message}");
    }
}

void Compare(string name)
{
    MemoryLedger memory = homer.Model.Device.Memory;
    long weights = memory.Of(MemoryUse.Weights);

    // A reader plans once, then reads, continues, and reads again where the model is unsure and the method can.
    IContextMethod method = homer.Calibrated(ContextMethods.Find(name));
    var reader = new DocumentReader(method, homer.Request(input, options.MaxTokens), options);

    // Methods that plan know the peak of a reading beforehand, to the byte; reading again takes a little more. Others have no forecast.
    string forecast = reader.Forecast() is { } known ? Size(known.Memory.PeakBytes - weights) : "";

    memory.ResetPeak();
    var clock = Stopwatch.StartNew();
    using KvContext context = reader.Read();
    string answer = string.Concat(reader.Continue(context, homer.Tokenizer, options).Pieces.Select(piece => piece.Text));
    Console.WriteLine($"{name,-30}{clock.Elapsed.TotalSeconds,8:0.00}{Size(memory.Peak - weights),20}{forecast,10}  {answer.Trim()}");
}

static string Size(long bytes) => (bytes / Mebibyte).ToString("0.0");
