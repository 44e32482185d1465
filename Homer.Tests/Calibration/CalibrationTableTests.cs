using Homer.Engine.Calibration;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Calibration;

public sealed class CalibrationTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_written_table_is_read_back(bool scaled)
    {
        var table = new CalibrationTable(2, 3, [1, 2, 3, -4, 5, float.MinValue], scaled ? [0.5f, 7] : null);
        table.Write(folder["table"]);
        CalibrationTable read = CalibrationTable.Read(folder["table"]);
        Assert.Equal((2, 3, scaled), (read.Layers, read.Distances, read.HasScale));
        Assert.Equal(table.MeanLogits.ToArray(), read.MeanLogits.ToArray());
        Assert.Equal(scaled ? 7 : 1, read.Scale(1));
    }

    [Fact]
    public void Files_that_are_not_tables_are_refused()
    {
        Refuse("'bias'", SafetensorsPart.Create<float>("mean", [1], 1, 1));
        Refuse("bias must have shape", SafetensorsPart.Create<float>("bias", [1], 1));
        Refuse("bias must have shape", SafetensorsPart.Create<float>("bias", [], 0, 5));
        Refuse("F32", SafetensorsPart.Create<double>("bias", [1], 1, 1));
        Refuse("finite", SafetensorsPart.Create<float>("bias", [float.NaN], 1, 1));
        SafetensorsPart bias = SafetensorsPart.Create<float>("bias", [1], 1, 1);
        Refuse("scale", bias, SafetensorsPart.Create<float>("scale", [1, 1], 2));
        Refuse("scale", bias, SafetensorsPart.Create<float>("scale", [0], 1));
        Refuse("scale", bias, SafetensorsPart.Create<float>("scale", [float.PositiveInfinity], 1));
        Refused.With("missing", () => CalibrationTable.Read(folder["missing"]));
    }

    [Fact]
    public void What_was_learned_for_recall_is_read_back_and_older_files_have_less()
    {
        var table = new CalibrationTable(2, 3, [1, 2, 3, -4, 5, 6], null);
        var learned = new RecallSettings
        {
            Heads = [new(1, 2), new(0, 3)],
            Tokens = 64,
            Neighbours = 4,
            Threshold = 7.25,
            Evidence = 0.6,
            Related = 0.2,
        };
        table.WithRecall(learned).Write(folder["table"]);
        RecallSettings read = CalibrationTable.Read(folder["table"]).Recall!;
        Assert.Equal(learned with { Heads = read.Heads }, read);
        Assert.Equal(learned.Heads, read.Heads);
        table.WithRecall(learned with { Threshold = null, Evidence = null, Related = null }).Write(folder["table"]);
        read = CalibrationTable.Read(folder["table"]).Recall!;
        Assert.Equal((null, null, null), (read.Threshold, read.Evidence, read.Related));
        foreach (double evidence in new[] { double.NaN, 1.5 })
        {
            table.WithRecall(learned with { Evidence = evidence }).Write(folder["table"]);
            Refused.With("homer calibrate", () => CalibrationTable.Read(folder["table"]));
        }
    }

    private void Refuse(string word, params SafetensorsPart[] parts)
    {
        SafetensorsWriter.Write(folder["table"], null, parts);
        Refused.With(word, () => CalibrationTable.Read(folder["table"]));
    }
}
