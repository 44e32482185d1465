namespace Homer.Kernels.Devices;

/// <summary>
/// The launchers of kernels that are loaded on a device. Each class of them is loaded when it is first asked for, and only once, since
/// loading compiles. Thread safe.
/// </summary>
public sealed class LoadedKernels
{
    private readonly ComputeDevice device;
    private readonly Dictionary<Type, object> loaded = [];

    internal LoadedKernels(ComputeDevice device) => this.device = device;

    /// <summary>Returns the launcher of this type, and loads it where this is the first call for it.</summary>
    /// <typeparam name="T">The type of the launcher.</typeparam>
    /// <param name="load">Loads the launcher: <c>device => new T(device)</c>.</param>
    public T Get<T>(Func<ComputeDevice, T> load)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(load);
        lock (loaded)
        {
            if (!loaded.TryGetValue(typeof(T), out object? kernels))
                loaded.Add(typeof(T), kernels = load(device));
            return (T)kernels;
        }
    }
}
