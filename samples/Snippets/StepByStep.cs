using Homer.Engine;
using Homer.Engine.Contexts;
using Homer.Engine.Methods;
using Homer.Engine.Reading;

namespace Homer.Samples;

/// <summary>The C# of docs/methods.md. It is compiled and never run.</summary>
internal static class StepByStep
{
    internal static void Read(HomerEngine homer, string document)
    {
        // begin-snippet: step-by-step
        ContextInput input = homer.Encode(homer.Template.Prefix, document, homer.Template.Ask("What is the pass key?"));
        var reader = new DocumentReader(homer.Merging(), homer.Request(input));
        Console.WriteLine($"The device will hold {reader.Forecast()!.Memory.PeakBytes:N0} bytes.");

        using KvContext context = reader.Read();                               // any length in, at most 256 tokens of cache out
        foreach (var (_, text) in reader.Continue(context, homer.Tokenizer, new() { MaxTokens = 24 }).Pieces)
            Console.Write(text);                                               // text as it comes, never in half characters
        // end-snippet
    }

    internal static DocumentReader ReadWith(HomerEngine homer, ContextInput input)
    {
        // begin-snippet: find-a-method
        IContextMethod method = homer.Calibrated(ContextMethods.Find("streaming:window=300,sinks=8"));
        var reader = new DocumentReader(method, homer.Request(input));
        // end-snippet
        return reader;
    }
}
