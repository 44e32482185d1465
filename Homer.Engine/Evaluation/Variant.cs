using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Calibration;

namespace Homer.Engine.Evaluation;

/// <summary>One of the things that are compared: a way of handling long contexts, with its settings.</summary>
/// <param name="Name">The name under which its results are kept and shown, such as <c>homer:best,pooling=1</c>.</param>
/// <param name="Method">The way.</param>
/// <param name="Options">Its settings.</param>
/// <param name="Calibration">The calibration table it uses, if any.</param>
public sealed record Variant(string Name, IContextMethod Method, HomerOptions Options, CalibrationTable? Calibration);
