// Asks two questions about one document, and prints each answer while it is generated.
//
//     dotnet run -c Release --project samples/AskADocument
//     dotnet run -c Release --project samples/AskADocument -- MODEL FILE "first question" "second question"
//
// Without arguments it asks homer-mini (window: 512 tokens) about a chronicle that it writes itself, sixty times as long.
using System.Diagnostics;
using Homer;
using Homer.Engine;
using Homer.Engine.Evaluation.Documents;

string folder = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "models", "homer-mini");
string document = args.Length > 1 ? File.ReadAllText(args[1]) : VillageChronicle.Write(seed: 8, characters: 141_000, depth: 0.37).Text;
string[] questions = args.Length > 2 ? args[2..] : ["What is the pass key?", "What is the pass key?"];

try
{
    // A model folder in Hugging Face layout; the device is the best that there is: CUDA, OpenCL or the CPU.
    using var homer = HomerEngine.Load(folder);
    Console.WriteLine($"{homer.Name} on {homer.Model.Device.Description.Id}, window {homer.Model.Config.Window} tokens");

    // A conversation holds the document, keeps what does not depend on the question, and remembers what was said.
    using var conversation = new Conversation(homer, document);
    Console.WriteLine($"The document has {conversation.Length:N0} tokens.");

    foreach (string question in questions)
    {
        Console.WriteLine();
        Console.WriteLine(question);
        var clock = Stopwatch.StartNew();
        foreach (string piece in conversation.Ask(question))
            Console.Write(piece);
        Console.WriteLine();
        Console.WriteLine($"({clock.Elapsed.TotalSeconds:0.00} s)");
    }

    return 0;
}
catch (HomerException e)
{
    // Every mistake of a user is one sentence that says what is wrong and what to do.
    Console.Error.WriteLine(e.Message);
    return 1;
}
