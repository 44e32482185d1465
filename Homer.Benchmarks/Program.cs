using BenchmarkDotNet.Running;
using Homer.Benchmarks.Ratios;

if (args is ["ratios", ..])
    return RatioCommand.Run(args[1..]);
BenchmarkSwitcher.FromAssembly(typeof(RatioCommand).Assembly).Run(args);
return 0;
