using System.Globalization;
using Homer.Engine.Models;

namespace Homer.Engine.Doctor;

/// <summary>Looks for numbers of the weights that are not finite.</summary>
internal sealed class NumbersCheck() : Check("numbers")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Files is not { } files)
            return Skipped("files");
        if (NotFinite.Find("The weights", files, progress, cancellation) is { } refusal)
            throw refusal;
        long count = files.Names.Sum(name => files[name].Tensor.ElementCount);
        return Ok(string.Create(CultureInfo.InvariantCulture, $"all {count:N0} weights are finite"));
    }
}
