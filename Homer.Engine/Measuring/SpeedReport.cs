using Homer.Kernels.Measuring;

namespace Homer.Engine.Measuring;

/// <summary>All cases of a model on one device, and the device's ceilings, measured before and after.</summary>
/// <param name="Ceilings">The better of both measurements.</param>
/// <param name="Results">One for each case, in their order.</param>
public sealed record SpeedReport(Ceilings Ceilings, IReadOnlyList<SpeedResult> Results);
