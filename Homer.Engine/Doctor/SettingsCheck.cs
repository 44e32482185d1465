using System.Globalization;
using Homer.Engine.Models;

namespace Homer.Engine.Doctor;

/// <summary>Reads the settings of the model, its family among them.</summary>
internal sealed class SettingsCheck() : Check("settings")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        if (!model.IsReadable)
            return Skipped("files");
        if (ModelFolder.IsFile(model.Path))
        {
            ModelSource source = model.Own(ModelSource.Open(model.Path));
            (model.Config, model.Files) = source;
        }
        else
        {
            model.Config = ModelFolder.ReadConfig(model.Path);
        }

        ModelConfig config = model.Config;
        return Noted(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{config.Family}, {config.Layers} layers, hidden {config.HiddenSize}, a window of {config.Window:N0} tokens"),
            config.Notes);
    }
}
