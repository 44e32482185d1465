using Homer.Engine;
using Homer.Tests.Support;

namespace Homer.Tests.Evaluation;

/// <summary>homer-mini on the CPU, loaded once per test class.</summary>
public sealed class MiniEngine : IDisposable
{
    internal HomerEngine Engine { get; } = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");

    public void Dispose() => Engine.Dispose();
}
