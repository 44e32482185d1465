using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer.Run;

namespace Homer.Engine.Methods.Homer;

/// <summary>A method that prunes document tokens one by one and can report which of them survive.</summary>
public interface IPruningMethod : IContextMethod
{
    /// <summary>Returns this method with a map that its readings fill.</summary>
    /// <param name="survivors">The map; null for none.</param>
    IContextMethod WithSurvivors(SurvivorMap? survivors);
}
