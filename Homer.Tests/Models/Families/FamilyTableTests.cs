using System.Globalization;
using System.Text;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Methods.Plain;
using Homer.Engine.Models;
using Homer.Engine.Models.Families;
using Homer.Kernels.Devices;
using Homer.Tests.Models.Gguf;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Families;

/// <summary>Makes the table of docs/models.md: by how much each recorded model is off, on the devices that this machine has.</summary>
public sealed class FamilyTableTests : DeviceTests
{
    /// <summary>The environment variable that names the file to write; without it the table is only measured.</summary>
    public const string FileVariable = "HOMER_MODELS_TABLE";

    private const double Recorded = 1e-3;

    /// <summary>The largest error of any logit: plain against the recording, and HOMER's single chunk against plain.</summary>
    [Theory]
    [InlineData("cpu")]
    [InlineData("opencl")]
    [InlineData("cuda")]
    public void The_table_of_models(string name)
    {
        ComputeDevice device = Open(name);
        var table = new StringBuilder($"| recorded model | family | plain on {name} | HOMER on {name} |\n|---|---|--:|--:|\n");
        foreach (string model in FamilyCase.Names)
        {
            using var recorded = new FamilyCase(model);
            using var loaded = TransformerModel.Load(recorded.Folder, device);
            double plain = recorded.Logits.Max(
                logits => LargestError(logits.Logits, GgufCase.Prefill(loaded, recorded.Ids[..logits.Length])));
            double homer = DifferenceOfOneChunk(loaded, recorded.Ids[..((loaded.Config.Window / 2) - 4)]);
            Assert.InRange(plain, 0, Recorded);
            Assert.InRange(homer, 0, Recorded);
            table.Append(CultureInfo.InvariantCulture, $"| {model} | {loaded.Config.Family} | {plain:0.0e+0} | {homer:0.0e+0} |\n");
        }

        Write(name, table);
    }

    [Fact]
    public void The_page_of_models_has_every_family_and_every_recorded_model()
    {
        string page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "models.md"));
        Assert.All(
            ModelFamilies.All, family => Assert.Contains($"\n| {family.Name} | `{family.Architecture}` |", page, StringComparison.Ordinal));
        Assert.All(FamilyCase.Names, name => Assert.Contains($"\n| {name} | ", page, StringComparison.Ordinal));
    }

    /// <summary>Writes a table beside the file that <see cref="FileVariable"/> names, if it names one.</summary>
    internal static void Write(string name, StringBuilder table)
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { } path)
            File.WriteAllText($"{path}.{name}.md", table.ToString());
    }

    /// <summary>Returns the largest difference of logits between HOMER's single chunk and plain reading.</summary>
    internal static double DifferenceOfOneChunk(TransformerModel model, int[] ids)
    {
        var request = new ContextRequest(model, new(ids[..3], ids[3..^2], ids[^2..]));
        return LargestError(After(new PlainMethod(), request), After(new HomerMethod(), request));
    }

    private static float[] After(IContextMethod method, ContextRequest request)
    {
        using KvContext context = method.Read(request);
        return context.ReadLogits();
    }

    internal static double LargestError(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        return expected.Zip(actual).Max(pair => Math.Abs((double)pair.First - pair.Second));
    }
}
