using Homer.Engine.Calibration;
using Homer.Engine.Contexts;

namespace Homer.Engine.Reading;

/// <summary>A method that measures attention logits against a model's calibration table.</summary>
public interface ICalibratedMethod : IContextMethod
{
    /// <summary>The calibration table; null where there is none.</summary>
    CalibrationTable? Calibration => null;

    /// <summary>Returns this method with another calibration table.</summary>
    /// <param name="calibration">The table; null to take logits as they are.</param>
    IContextMethod WithCalibration(CalibrationTable? calibration);
}
