using Homer.Engine.Contexts.Hierarchical;
using Homer.Engine.Measuring;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Kernels.Devices;
using Homer.Kernels.Measuring;

namespace Homer.Benchmarks.Ratios;

/// <summary>Whole models: reading in useful FLOP/s, writing in bytes that each token needs per second.</summary>
internal static class ModelRatios
{
    private const string Small = "homer-mini";
    private const string Shape = "smollm2-135m";

    public static void Run(IReadOnlyList<(ComputeDevice Device, Ceilings Ceilings)> devices)
    {
        string models = Path.Combine(AppContext.BaseDirectory, "models");
        var shape = LlamaConfig.Read(Path.Combine(models, "shapes", Shape + ".json"));
        RatioTable.Begin("writing, weights and cache read once for each token", "GB/s");
        foreach ((ComputeDevice device, Ceilings ceilings) in devices)
        {
            foreach (SafetensorsType type in new[] { SafetensorsType.F16, SafetensorsType.BF16 })
            {
                using var model = LlamaModel.Random(shape, type, device);
                Add($"{Shape} {type.Name()}", model, ceilings, 3, new SpeedCase("plain", 0, 16, 0));
            }

            using var mini = LlamaModel.Load(Path.Combine(models, Small), device);
            Add(Small, mini, ceilings, 10, new SpeedCase("plain", 0, 64, 0), new SpeedCase("plain", 0, 64, 256));
        }

        RatioTable.Begin("reading, useful FLOP", "GFLOP/s");
        foreach ((ComputeDevice device, Ceilings ceilings) in devices)
        {
            using var mini = LlamaModel.Load(Path.Combine(models, Small), device);
            Add(Small, mini, ceilings, 5, new SpeedCase("plain", mini.Config.Window, 0, 0));
            Add(Small, mini, ceilings, 2, new SpeedCase("homer", 32768, 0, 0));
        }

        void Add(string name, LlamaModel model, Ceilings ceilings, int repetitions, params SpeedCase[] cases)
        {
            var test = new SpeedTest(model, HomerOptions.Best, ceilings);
            foreach (SpeedCase one in cases)
            {
                SpeedResult result = test.Run(one, repetitions);
                RatioTable.Add($"{name}, {one.Method} {one.Name}", result.Device, result.Times, result.Work, result.Ceiling);
            }
        }
    }
}
