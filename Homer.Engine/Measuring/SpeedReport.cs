using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>The speed of a model on one device, and the ceilings of the device.</summary>
/// <param name="Ceilings">The better of two measurements, one before the cases and one after them.</param>
/// <param name="Results">One result for each case, in their order.</param>
public sealed record SpeedReport(Ceilings Ceilings, IReadOnlyList<SpeedResult> Results);
