using ILGPU;
using ILGPU.Runtime.CPU;

namespace Homer.Benchmarks.Startup;

/// <summary>
/// The smallest .NET program that computes with ILGPU: it opens the accelerator that Homer opens for <c>--device cpu</c>.
/// </summary>
internal static class EmptyProgram
{
    public const string Argument = "empty-program";

    public static int Run()
    {
        using var context = Context.Create(builder => builder.CPU());
        var device = new CPUDevice(2, 1, Environment.ProcessorCount);
        using CPUAccelerator accelerator = device.CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
        Console.Out.WriteLine(accelerator.NumMultiprocessors);
        return 0;
    }
}
