using Homer.Engine.Templates.Jinja.Nodes;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Parses macros and the blocks that are handed to them.</summary>
internal sealed class MacroParser(
    ParserState state, ExpressionParser expressions, TargetParser targets, Func<string[], BlockNode> body)
{
    private readonly TokenStream tokens = state.Tokens;

    /// <summary>Parses what follows <c>macro</c>.</summary>
    public MacroNode ParseMacro(TemplatePosition at)
    {
        string name = targets.ParseName();
        return new(at, ParseSignature(at, name, "endmacro"));
    }

    /// <summary>Parses what follows <c>call</c>.</summary>
    public CallBlockNode ParseCall(TemplatePosition at)
    {
        var parameters = new List<MacroParameter>();
        if (tokens.Current.IsOperator("("))
            parameters = ParseParameters();
        if (expressions.Parse() is not CallExpression call)
            throw tokens.Error("expected call");
        return new(at, call, ParseBody(at, "caller", parameters, "endcall"));
    }

    private MacroDefinition ParseSignature(TemplatePosition at, string name, string end) => ParseBody(at, name, ParseParameters(), end);

    private MacroDefinition ParseBody(TemplatePosition at, string name, IReadOnlyList<MacroParameter> parameters, string end)
    {
        tokens.Expect(TokenKind.BlockEnd);
        (BlockNode inner, HashSet<string> names) = state.CollectNames(() => body([end]));
        tokens.Next();
        return new(at, name, parameters, inner)
        {
            UsesCaller = names.Contains("caller"),
            UsesNamed = names.Contains("kwargs"),
            UsesPositional = names.Contains("varargs"),
        };
    }

    private List<MacroParameter> ParseParameters()
    {
        var parameters = new List<MacroParameter>();
        tokens.ExpectOperator("(");
        while (!tokens.Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
                tokens.ExpectOperator(",");
            if (tokens.Current.IsOperator(")"))
                break;
            string name = targets.ParseName();
            Expression? otherwise = tokens.SkipOperator("=") ? expressions.Parse() : null;
            if (otherwise is null && parameters.Count > 0 && parameters[^1].Default is not null)
                throw tokens.Error("non-default argument follows default argument");
            parameters.Add(new(name, otherwise));
        }

        tokens.ExpectOperator(")");
        return parameters;
    }
}
