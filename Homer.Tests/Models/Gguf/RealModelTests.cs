using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>A real model in its GGUF file, and the folder that it is converted to, against recordings.</summary>
public sealed class RealModelTests : DeviceTests
{
    private const int Window = 8192;
    private const int Short = 512;

    private static readonly int[] AllAnswers = [.. Enumerable.Range(0, 10)];

    [Fact]
    public void A_page_of_a_novel_is_as_recorded() => OfFile(real => real.AssertPlain, Short);

    [Fact]
    public void A_page_in_one_chunk_of_HOMER_is_as_recorded() => OfFile(real => real.AssertHomer, Short);

    [Fact]
    public void A_page_is_as_recorded_in_the_folder_made_from_the_file() => OfFolder(real => real.AssertPlain, Short);

    [Fact]
    public void Short_answers_are_as_recorded()
    {
        using var model = TransformerModel.Load(RealModel.File, Open("cpu"));
        RealModel.AssertAnswers(model, [0, 7]);
    }

    [LongFact]
    public void The_whole_window_is_as_recorded() => OfFile(real => real.AssertPlain, Window);

    [LongFact]
    public void The_whole_window_in_one_chunk_of_HOMER_is_as_recorded() => OfFile(real => real.AssertHomer, Window);

    [LongFact]
    public void The_whole_window_is_as_recorded_in_the_folder_made_from_the_file() => OfFolder(real => real.AssertPlain, Window);

    [LongFact]
    public void The_whole_window_in_one_chunk_is_as_recorded_in_the_folder() => OfFolder(real => real.AssertHomer, Window);

    [LongFact]
    public void All_answers_are_as_recorded()
    {
        using var model = TransformerModel.Load(RealModel.File, Open("cpu"));
        RealModel.AssertAnswers(model, AllAnswers);
    }

    [LongFact]
    public void All_answers_are_as_recorded_in_the_folder()
    {
        using TemporaryFolder folder = Convert();
        using var model = TransformerModel.Load(folder["model"], Open("cpu"));
        RealModel.AssertAnswers(model, AllAnswers);
    }

    private static TemporaryFolder Convert()
    {
        var folder = new TemporaryFolder();
        ModelConversion.Convert(RealModel.File, folder["model"], SafetensorsType.F32);
        return folder;
    }

    private void OfFile(Func<RealModel, Action<TransformerModel, int>> check, int length)
    {
        using var model = TransformerModel.Load(RealModel.File, Open("cpu"));
        using var real = new RealModel();
        check(real)(model, length);
    }

    private void OfFolder(Func<RealModel, Action<TransformerModel, int>> check, int length)
    {
        using TemporaryFolder folder = Convert();
        using var model = TransformerModel.Load(folder["model"], Open("cpu"));
        using var real = new RealModel();
        check(real)(model, length);
    }
}
