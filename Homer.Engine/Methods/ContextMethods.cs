using Homer.Engine.Contexts;
using Homer.Engine.Files;
using Homer.Engine.Methods.H2O;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Methods.Recall;
using Homer.Engine.Methods.SelfExtend;
using Homer.Engine.Methods.SnapKv;
using Homer.Engine.Methods.Streaming;
using Homer.Engine.Methods.Truncation;
using Homer.Engine.Models;

namespace Homer.Engine.Methods;

/// <summary>The registry of methods.</summary>
public static class ContextMethods
{
    /// <summary>Every method, with its default settings.</summary>
    public static IReadOnlyList<IContextMethod> All { get; } =
    [
        new HomerMethod(),
        new ScaledHomerMethod(RopeScalingType.Ntk),
        new ScaledHomerMethod(RopeScalingType.Yarn),
        new IndependentChunksMethod(),
        new RecallMethod(),
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

    /// <summary>Finds a method by name and applies settings to it.</summary>
    /// <param name="specification"><c>name</c>, or <c>name:setting=value,setting=value</c>.</param>
    /// <exception cref="HomerException">There is no such method or setting, or a value cannot be read.</exception>
    public static IContextMethod Find(string specification) => MethodChoice.Parse(specification).Configured;

    /// <summary>Finds a method by its name alone.</summary>
    /// <exception cref="HomerException">There is no such method.</exception>
    internal static IContextMethod Named(string name) => All.FirstOrDefault(method => method.Name == name)
        ?? throw new HomerException($"{Quoted.Text(name)} is not a method; use {string.Join(", ", All.Select(method => method.Name))}.");
}
