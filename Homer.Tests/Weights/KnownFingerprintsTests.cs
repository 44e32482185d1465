using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Weights;

/// <summary>Checks that weights are hashed once, and again as soon as a file may be another one. Changes an environment variable.</summary>
[Collection(nameof(DeviceTests))]
public sealed class KnownFingerprintsTests : IDisposable
{
    private static readonly string A = new('a', 64), B = new('b', 64);

    private readonly TemporaryFolder folder = new();
    private readonly string? before = Environment.GetEnvironmentVariable("HOMER_CACHE");

    public KnownFingerprintsTests()
    {
        Environment.SetEnvironmentVariable("HOMER_CACHE", folder["cache"]);
        WriteOld("weights", "some bytes");
    }

    [Fact]
    public void Files_are_hashed_once()
    {
        Assert.Equal(A, Of(() => A, "weights"));
        Assert.Equal(A, Of(() => B, "weights"));
        Assert.Single(Directory.GetFiles(folder["cache"], "*.json", SearchOption.AllDirectories));
        Assert.Equal(B, Of(() => B, "weights", "weights"));
    }

    [Fact]
    public void Whether_files_are_known_is_found_without_hashing()
    {
        string[] paths = [folder["weights"]];
        Assert.Null(KnownFingerprints.Find(paths));
        Assert.Equal(A, Of(() => A, "weights"));
        Assert.Equal(A, KnownFingerprints.Find(paths));
        WriteOld("weights", "other bytes of another length");
        Assert.Null(KnownFingerprints.Find(paths));
        Assert.Null(KnownFingerprints.Find([]));
    }

    [Fact]
    public void A_changed_file_is_hashed_again()
    {
        Assert.Equal(A, Of(() => A, "weights"));
        File.SetLastWriteTimeUtc(folder["weights"], DateTime.UtcNow.AddHours(-1));
        Assert.Equal(B, Of(() => B, "weights"));
        WriteOld("weights", "other bytes of another length");
        Assert.Equal(A, Of(() => A, "weights"));
    }

    [Fact]
    public void A_file_that_has_just_changed_is_not_taken_for_known()
    {
        File.WriteAllText(folder["weights"], "fresh");
        Assert.Equal(A, Of(() => A, "weights"));
        Assert.Equal(B, Of(() => B, "weights"));
    }

    [Fact]
    public void A_link_is_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs the right to make links");
        WriteOld("other", "some other bytes");
        File.CreateSymbolicLink(folder["link"], folder["weights"]);
        Assert.Equal(A, Of(() => A, "link"));
        Assert.Equal(A, Of(() => B, "link"));
        File.Delete(folder["link"]);
        File.CreateSymbolicLink(folder["link"], folder["other"]);
        Assert.Equal(B, Of(() => B, "link"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"Files\":null,\"Fingerprint\":\"x\"}")]
    [InlineData("[1, 2")]
    public void A_broken_entry_is_replaced(string entry)
    {
        Assert.Equal(A, Of(() => A, "weights"));
        File.WriteAllText(Assert.Single(Directory.GetFiles(folder["cache"], "*.json", SearchOption.AllDirectories)), entry);
        Assert.Equal(B, Of(() => B, "weights"));
        Assert.Equal(B, Of(() => A, "weights"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_costs_time_alone()
    {
        File.WriteAllText(folder["cache"], "a file in the way");
        Assert.Equal(A, Of(() => A, "weights"));
        Assert.Equal(B, Of(() => B, "weights"));
    }

    [Fact]
    public void Weights_use_it()
    {
        SafetensorsWriter.Write(folder["model.safetensors"], null, [SafetensorsPart.Create("a", [1f], 1)]);
        File.SetLastWriteTimeUtc(folder["model.safetensors"], DateTime.UtcNow.AddDays(-1));
        string first;
        using (WeightFiles weights = WeightFiles.Open(folder.Path))
            first = weights.Fingerprint;
        string entry = Assert.Single(Directory.GetFiles(folder["cache"], "*.json", SearchOption.AllDirectories));
        Assert.Contains(first, File.ReadAllText(entry), StringComparison.Ordinal);
        File.WriteAllText(entry, File.ReadAllText(entry).Replace(first, A, StringComparison.Ordinal));
        using (WeightFiles weights = WeightFiles.Open(folder.Path))
            Assert.Equal(A, weights.Fingerprint);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("HOMER_CACHE", before);
        folder.Dispose();
    }

    private string Of(Func<string> compute, params string[] names) =>
        KnownFingerprints.Of([.. names.Select(name => folder[name])], compute);

    private void WriteOld(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        File.SetLastWriteTimeUtc(folder[name], DateTime.UtcNow.AddDays(-1));
    }
}
