namespace Homer.Engine.Evaluation.Documents;

/// <summary>A long story with multiple-choice questions, from the data set QuALITY (Pang et al. 2022, arXiv 2112.08608).</summary>
/// <param name="Article">The text of the story.</param>
/// <param name="Questions">The questions about it.</param>
internal sealed record QualityArticle(string Article, IReadOnlyList<QualityQuestion> Questions)
{
    private const string Form = """an object {"article":…,"questions":[{"question":…,"options":[…],"gold_label":1…}]}""";

    /// <summary>Reads a file of stories, one JSON object a line.</summary>
    /// <inheritdoc cref="JsonLines.Read"/>
    public static (IReadOnlyList<QualityArticle> Articles, string Fingerprint) Read(string path) => JsonLines.Read(path, Form, json =>
    {
        var article = new QualityArticle(
            json.Text("article"),
            [.. json.GetProperty("questions").EnumerateArray().Select(question => new QualityQuestion(
                question.Text("question"),
                [.. question.GetProperty("options").EnumerateArray().Select(option => option.GetString()!)],
                question.GetProperty("gold_label").GetInt32() - 1))]);
        bool isSound = article.Questions.Count > 0 && article.Questions.All(question => question.IsSound);
        return isSound ? article : throw new FormatException(Form);
    });
}

/// <summary>A multiple-choice question.</summary>
/// <param name="Question">The question.</param>
/// <param name="Options">The answers to choose from.</param>
/// <param name="Right">The index of the right answer.</param>
internal sealed record QualityQuestion(string Question, IReadOnlyList<string> Options, int Right)
{
    /// <summary>True if no text is blank, there are at least two answers, and the right one is among them.</summary>
    public bool IsSound =>
        !string.IsNullOrWhiteSpace(Question) && Options.Count >= 2 && Options.All(option => !string.IsNullOrWhiteSpace(option))
        && Right >= 0 && Right < Options.Count;
}
