using Homer.Engine;
using Homer.Tests.Support;

namespace Homer.Tests.Evaluation;

/// <summary>homer-mini on the processor, loaded once for a class of tests.</summary>
public sealed class MiniEngine : IDisposable
{
    internal HomerEngine Engine { get; } = HomerEngine.Load(RepositoryFiles.HomerMini, "cpu");

    public void Dispose() => Engine.Dispose();
}
