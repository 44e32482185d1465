using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Methods.H2O;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.SelfExtend;
using Homer.Engine.Methods.SnapKv;
using Homer.Engine.Methods.Streaming;
using Homer.Engine.Methods.Truncation;
using Homer.Engine.Models;

namespace Homer.Engine.Methods;

/// <summary>The ways there are, one file each.</summary>
public static class ContextMethods
{
    /// <summary>Every method, with its default settings.</summary>
    public static IReadOnlyList<IContextMethod> All { get; } =
    [
        new HomerMethod(),
        new ScaledHomerMethod(RopeScalingType.Ntk),
        new ScaledHomerMethod(RopeScalingType.Yarn),
        new IndependentChunksMethod(),
        new PlainMethod(),
        new ScaledPlainMethod(RopeScalingType.Linear),
        new ScaledPlainMethod(RopeScalingType.Ntk),
        new ScaledPlainMethod(RopeScalingType.Dynamic),
        new ScaledPlainMethod(RopeScalingType.Yarn),
        new SelfExtendMethod(),
        new SnapKvMethod(),
        new HeavyHitterMethod(),
        new StreamingMethod(),
        new TruncationMethod(),
        new MiddleTruncationMethod(),
    ];

    /// <summary>Finds a method by name, and changes its settings.</summary>
    /// <param name="specification"><c>name</c>, or <c>name:setting=value,setting=value</c>.</param>
    /// <exception cref="HomerException">There is no such method or setting, or a value cannot be read.</exception>
    public static IContextMethod Find(string specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        string[] parts = specification.Split(':', 2);
        IContextMethod method = All.FirstOrDefault(method => method.Name == parts[0])
            ?? throw new HomerException($"{Quoted.Text(parts[0])} is not a method; use {string.Join(", ", All.Select(method => method.Name))}.");
        if (parts.Length == 1)
            return method;
        var settings = new Dictionary<string, string>();
        foreach (string pair in parts[1].Split(','))
        {
            if (pair.Split('=', 2) is not [string name, string value] || !settings.TryAdd(name.Trim(), value.Trim()))
                throw new HomerException($"{Quoted.Text(specification)} cannot be read; write {method.Name}:setting=value,setting=value with each setting once.");
        }

        return method.Configure(settings);
    }
}
