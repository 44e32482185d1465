namespace Homer.Kernels.Devices;

/// <summary>
/// The token that cancels this thread's waiting for kernels that are compiled: a launch has no parameter for it, and the first one may take
/// seconds on a GPU.
/// </summary>
public static class Compiling
{
    [ThreadStatic]
    private static CancellationToken current;

    /// <summary>The token of this thread.</summary>
    internal static CancellationToken Cancellation => current;

    /// <summary>
    /// Lets a token cancel the launches of this thread until the scope is left; one that cannot be cancelled changes nothing.
    /// </summary>
    /// <param name="cancellation">The token. A launch that has to wait then throws an <see cref="OperationCanceledException"/>.</param>
    public static Scope Until(CancellationToken cancellation)
    {
        var scope = new Scope(current);
        if (cancellation.CanBeCanceled)
            current = cancellation;
        return scope;
    }

    /// <summary>The time for which a token counts.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly CancellationToken before;

        internal Scope(CancellationToken before) => this.before = before;

        /// <summary>Leaves the scope; the token of the one around it counts again.</summary>
        public void Dispose() => current = before;
    }
}
