namespace Homer.Engine.Contexts;

/// <summary>A way of handling a context that may be longer than the model's window.</summary>
public interface IContextMethod
{
    /// <summary>The name that <c>--method</c> takes.</summary>
    string Name { get; }

    /// <summary>What it does and how its memory grows, in one line.</summary>
    string Summary { get; }

    /// <summary>Reads the input; the context's logits are those after the suffix's last token.</summary>
    /// <exception cref="HomerException">The input or the settings are impossible, or memory does not suffice.</exception>
    Context Read(ContextRequest request);
}

/// <summary>The ways there are, one file each.</summary>
public static class ContextMethods
{
    /// <summary>Every method.</summary>
    public static IReadOnlyList<IContextMethod> All { get; } = [new HomerMethod(), new PlainMethod(), new TruncationMethod()];

    /// <summary>Finds a method by name.</summary>
    /// <exception cref="HomerException">There is none of that name.</exception>
    public static IContextMethod Find(string name) =>
        All.FirstOrDefault(method => method.Name == name)
        ?? throw new HomerException($"'{name}' is not a method; use {string.Join(", ", All.Select(method => method.Name))}.");
}
