using System.Globalization;
using Homer.Engine.Files;
using Homer.Engine.Locations;
using Homer.Engine.Models;
using Homer.Engine.Models.Gguf;
using Homer.Engine.Tokenizers.Gguf;
using Homer.Engine.Weights;
using Homer.Engine.Weights.Gguf;

namespace Homer.Engine.Doctor;

/// <summary>Opens the files of the weights, which is refused where one is missing, cut off or of another kind.</summary>
internal sealed class FilesCheck() : Check("files")
{
    /// <inheritdoc/>
    public override CheckResult Run(ExaminedModel model, Action<double> progress, CancellationToken cancellation)
    {
        model.Path = ModelPath.Resolve(model.Path);
        if (ModelFolder.IsFile(model.Path))
        {
            ModelFolder.Require(model.Path);
            using GgufParts parts = GgufParts.Open(model.Path);
            // What is no model may be a vocabulary, which can be checked.
            model.IsReadable = parts.Keys.Has(GgufTokens.TextsKey);
            GgufCompanions.Refuse(parts);
            model.IsReadable = true;
            return Ok(Seen(parts.Files.Count, parts.Tensors.Count, parts.Tensors.Values.Sum(tensor => tensor.Tensor.ByteLength)));
        }

        if (!Directory.Exists(model.Path))
            ModelFolder.Require(model.Path);
        model.IsReadable = true;
        WeightFiles files = model.Files = model.Own(WeightFiles.Open(model.Path));
        return Ok(Seen(files.Names.Select(name => files[name].File.Path).Distinct().Count(), files.Names.Count(), files.TotalBytes));
    }

    private static string Seen(int files, int tensors, long bytes) => string.Create(
        CultureInfo.InvariantCulture,
        $"{files} {(files == 1 ? "file" : "files")} with {tensors:N0} tensors, {ByteSize.Of(bytes)}, complete");
}
