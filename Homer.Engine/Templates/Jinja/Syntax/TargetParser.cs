using Homer.Engine.Templates.Jinja.Nodes;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Parses what is assigned to: names, several of them, and attributes of namespaces.</summary>
internal sealed class TargetParser(ParserState state)
{
    private static readonly string[] Constants = ["true", "false", "none", "True", "False", "None"];
    private readonly TokenStream tokens = state.Tokens;

    /// <summary>Parses a target.</summary>
    /// <param name="withNamespace">Whether it may be an attribute.</param>
    /// <param name="endsAtIn">Whether the keyword <c>in</c> ends it.</param>
    public Target Parse(bool withNamespace = false, bool endsAtIn = false)
    {
        var parts = new List<Target>();
        TemplatePosition at = tokens.Current.Position;
        bool isTuple = false;
        while (true)
        {
            if (parts.Count > 0 && IsEnd(endsAtIn))
                break;
            parts.Add(ParsePart(withNamespace));
            if (!tokens.SkipOperator(","))
                break;
            isTuple = true;
        }

        return isTuple ? new TupleTarget(at, parts) : parts[0];
    }

    /// <summary>Parses a name that is assigned to.</summary>
    public string ParseName()
    {
        Token token = tokens.Expect(TokenKind.Name);
        return Constants.Contains(token.Value) ? throw tokens.Error($"can't assign to '{token.Value}'", token) : token.Value;
    }

    private bool IsEnd(bool endsAtIn) => tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd
        || tokens.Current.IsOperator(")") || tokens.Current.IsOperator("=") || (endsAtIn && tokens.Current.IsName("in"));

    private Target ParsePart(bool withNamespace) => state.Nested<Target>(() =>
    {
        TemplatePosition at = tokens.Current.Position;
        if (tokens.Current.IsOperator("(") || tokens.Current.IsOperator("["))
        {
            string close = tokens.Next().Value == "(" ? ")" : "]";
            Target inner = Parse(withNamespace);
            tokens.ExpectOperator(close);
            return inner;
        }

        if (tokens.Current.Kind != TokenKind.Name)
            throw tokens.Error($"can't assign to '{tokens.Current}'");
        string name = ParseName();
        if (!withNamespace || !tokens.SkipOperator("."))
            return new NameTarget(at, name);
        state.Use(name);
        return new AttributeTarget(at, name, tokens.Expect(TokenKind.Name).Value);
    });
}
