using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Homer.Calibration;

namespace Homer.Engine.Evaluation;

/// <summary>A method and its settings, to be compared with others.</summary>
/// <param name="Name">The name under which its results are kept and shown, such as <c>homer:best,pooling=1</c>.</param>
/// <param name="Method">The method.</param>
/// <param name="Options">The settings.</param>
/// <param name="Calibration">The calibration table; null for none.</param>
public sealed record Variant(string Name, IContextMethod Method, HomerOptions Options, CalibrationTable? Calibration);
