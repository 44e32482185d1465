namespace Homer.Engine.Evaluation.Documents;

/// <summary>A story with multiple-choice questions, as QuALITY publishes them (Pang et al. 2022, arXiv 2112.08608).</summary>
/// <param name="Article">The story.</param>
/// <param name="Questions">Its questions.</param>
internal sealed record QualityArticle(string Article, IReadOnlyList<QualityQuestion> Questions)
{
    private const string Form = """an object {"article":…,"questions":[{"question":…,"options":[…],"gold_label":1…}]}""";

    public static (IReadOnlyList<QualityArticle> Articles, string Fingerprint) Read(string path) => JsonLines.Read(path, Form, json =>
    {
        var article = new QualityArticle(
            json.Text("article"),
            [.. json.GetProperty("questions").EnumerateArray().Select(question => new QualityQuestion(
                question.Text("question"),
                [.. question.GetProperty("options").EnumerateArray().Select(option => option.GetString()!)],
                question.GetProperty("gold_label").GetInt32() - 1))]);
        return article.Questions.Count > 0 && article.Questions.All(question => question.IsSound) ? article : throw new FormatException(Form);
    });
}

/// <summary>A question with some answers, of which one is right.</summary>
/// <param name="Question">The question.</param>
/// <param name="Options">The answers to choose from.</param>
/// <param name="Right">The index of the right one.</param>
internal sealed record QualityQuestion(string Question, IReadOnlyList<string> Options, int Right)
{
    public bool IsSound =>
        !string.IsNullOrWhiteSpace(Question) && Options.Count >= 2 && Options.All(option => !string.IsNullOrWhiteSpace(option)) && Right >= 0 && Right < Options.Count;
}
