using BenchmarkDotNet.Running;
using Homer.Benchmarks.Measure;
using Homer.Benchmarks.Ratios;
using Homer.Benchmarks.Retrieval;
using Homer.Benchmarks.Startup;
using Homer.Benchmarks.Tokenizers;

// Each command has its own method, so that the empty program loads nothing that it does not need.
return args switch
{
    [EmptyProgram.Argument] => EmptyProgram.Run(),
    ["startup", .. string[] rest] => StartupCommand.Run(rest),
    ["measure", .. string[] rest] => MeasureCommand.Run(rest),
    ["tokenizers", .. string[] rest] => TokenizerCommand.Run(rest),
    ["retrieval", .. string[] rest] => RetrievalCommand.Run(rest),
    ["selection", .. string[] rest] => SelectionCommand.Run(rest),
    ["question", .. string[] rest] => QuestionCommand.Run(rest),
    ["ratios", .. string[] rest] => RatioCommand.Run(rest),
    _ => RunBenchmarks(args),
};

static int RunBenchmarks(string[] arguments)
{
    BenchmarkSwitcher.FromAssembly(typeof(EmptyProgram).Assembly).Run(arguments);
    return 0;
}
