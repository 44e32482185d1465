using ILGPU;
using ILGPU.Runtime.CPU;

namespace Homer.Benchmarks.Startup;

/// <summary>The least that a .NET program does which computes with ILGPU: it opens the accelerator that Homer opens for <c>--device cpu</c>.</summary>
internal static class EmptyProgram
{
    public const string Argument = "empty-program";

    public static int Run()
    {
        using var context = Context.Create(builder => builder.CPU());
        using CPUAccelerator accelerator = new CPUDevice(2, 1, Environment.ProcessorCount).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
        Console.Out.WriteLine(accelerator.NumMultiprocessors);
        return 0;
    }
}
