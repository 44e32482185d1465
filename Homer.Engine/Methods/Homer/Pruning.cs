namespace Homer.Engine.Methods.Homer;

/// <summary>The criterion that decides which document tokens survive a pruning.</summary>
public enum Pruning
{
    /// <summary>The last token's attention logit, less the usual logit at its distance (the calibration table).</summary>
    Calibrated,

    /// <summary>The last token's attention logit as it is.</summary>
    Attention,

    /// <summary>Chance, as a baseline.</summary>
    Random,
}
