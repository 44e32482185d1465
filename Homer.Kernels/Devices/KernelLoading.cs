using Homer.Kernels.Backends;
using ILGPU;
using ILGPU.Runtime;

namespace Homer.Kernels.Devices;

/// <summary>
/// Makes kernels of three to seven parameters launchable. On the CPU device a launch queues the C# method in the device's batch; on every
/// other
/// device ILGPU compiles the kernel at its first launch.
/// </summary>
internal static class KernelLoading
{
    public static Action<KernelConfig, T1, T2, T3> Load<T1, T2, T3>(this ComputeDevice device, Action<T1, T2, T3> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Batch is { } batch)
            return (config, a, b, c) => batch.Add(config, () => kernel(a, b, c));
        var compiled = device.OnFirstLaunch(() => device.Accelerator.LoadStreamKernel(kernel, ResidentGroupsAttribute.Of(kernel.Method)));
        return (config, a, b, c) => compiled.Value(config, a, b, c);
    }

    public static Action<KernelConfig, T1, T2, T3, T4> Load<T1, T2, T3, T4>(this ComputeDevice device, Action<T1, T2, T3, T4> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Batch is { } batch)
            return (config, a, b, c, d) => batch.Add(config, () => kernel(a, b, c, d));
        var compiled = device.OnFirstLaunch(() => device.Accelerator.LoadStreamKernel(kernel, ResidentGroupsAttribute.Of(kernel.Method)));
        return (config, a, b, c, d) => compiled.Value(config, a, b, c, d);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5> Load<T1, T2, T3, T4, T5>(
        this ComputeDevice device, Action<T1, T2, T3, T4, T5> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Batch is { } batch)
            return (config, a, b, c, d, e) => batch.Add(config, () => kernel(a, b, c, d, e));
        var compiled = device.OnFirstLaunch(() => device.Accelerator.LoadStreamKernel(kernel, ResidentGroupsAttribute.Of(kernel.Method)));
        return (config, a, b, c, d, e) => compiled.Value(config, a, b, c, d, e);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6> Load<T1, T2, T3, T4, T5, T6>(
        this ComputeDevice device, Action<T1, T2, T3, T4, T5, T6> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct
        where T6 : struct
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Batch is { } batch)
            return (config, a, b, c, d, e, f) => batch.Add(config, () => kernel(a, b, c, d, e, f));
        var compiled = device.OnFirstLaunch(() => device.Accelerator.LoadStreamKernel(kernel, ResidentGroupsAttribute.Of(kernel.Method)));
        return (config, a, b, c, d, e, f) => compiled.Value(config, a, b, c, d, e, f);
    }

    public static Action<KernelConfig, T1, T2, T3, T4, T5, T6, T7> Load<T1, T2, T3, T4, T5, T6, T7>(
        this ComputeDevice device, Action<T1, T2, T3, T4, T5, T6, T7> kernel)
        where T1 : struct
        where T2 : struct
        where T3 : struct
        where T4 : struct
        where T5 : struct
        where T6 : struct
        where T7 : struct
    {
        ArgumentNullException.ThrowIfNull(device);
        if (device.Batch is { } batch)
            return (config, a, b, c, d, e, f, g) => batch.Add(config, () => kernel(a, b, c, d, e, f, g));
        var compiled = device.OnFirstLaunch(() => device.Accelerator.LoadStreamKernel(kernel, ResidentGroupsAttribute.Of(kernel.Method)));
        return (config, a, b, c, d, e, f, g) => compiled.Value(config, a, b, c, d, e, f, g);
    }

    private static CompiledOnce<TLauncher> OnFirstLaunch<TLauncher>(this ComputeDevice device, Func<TLauncher> compile)
        where TLauncher : class => new(device.Compilations, compile);
}
