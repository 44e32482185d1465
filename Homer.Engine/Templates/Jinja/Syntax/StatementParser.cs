using Homer.Engine.Templates.Jinja.Nodes;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Parses what is between <c>{%</c> and <c>%}</c>, with the bodies up to the tags that end them.</summary>
internal sealed class StatementParser
{
    private static readonly string[] NamesForLoading = ["include", "import", "from", "extends"];

    private readonly ParserState state;
    private readonly TokenStream tokens;
    private readonly ExpressionParser expressions;
    private readonly TargetParser targets;
    private readonly MacroParser macros;
    private readonly Func<string[], BlockNode> body;
    private int loops;

    /// <summary>Creates a parser.</summary>
    /// <param name="state">The tokens.</param>
    /// <param name="expressions">Parses expressions.</param>
    /// <param name="body">Parses statements up to one of some tags.</param>
    public StatementParser(ParserState state, ExpressionParser expressions, Func<string[], BlockNode> body)
    {
        this.state = state;
        tokens = state.Tokens;
        this.expressions = expressions;
        targets = new(state);
        this.body = body;
        macros = new(state, expressions, targets, ends => Isolated(ends));
    }

    /// <summary>Parses a statement; its first name is the next token.</summary>
    /// <param name="ends">The tags that would end the body around it, for messages.</param>
    public Statement Parse(string[] ends)
    {
        Token token = tokens.Expect(TokenKind.Name);
        TemplatePosition at = token.Position;
        switch (token.Value)
        {
            case "if": return ParseIf(at);
            case "for": return ParseFor(at);
            case "set": return ParseSet(at);
            case "macro": return macros.ParseMacro(at);
            case "call": return macros.ParseCall(at);
            case "filter": return ParseFilter(at);
            case "with": return ParseWith(at);
            case "block": return ParseBlock(at);
            case "generation": return Transparent(at, "endgeneration");
            case "print": return ParsePrint(at);
            case "break" or "continue" when loops > 0: return new LoopControlNode(at, token.Value == "break" ? Flow.Break : Flow.Continue);
            case "break" or "continue": throw tokens.Error($"'{token.Value}' outside of a loop", token);
            case var name when NamesForLoading.Contains(name): return ParseLoading(at);
            default:
                string expected = ends.Length > 0 ? $" Jinja was looking for '{string.Join("' or '", ends)}'." : "";
                throw tokens.Error($"Encountered unknown tag '{token.Value}'.{expected}", token);
        }
    }

    private IfNode ParseIf(TemplatePosition at)
    {
        var branches = new List<(Expression Condition, BlockNode Body)>();
        BlockNode? otherwise = null;
        while (true)
        {
            Expression condition = state.InBranch(true, () => expressions.ParseTuple(withConditional: false));
            tokens.Expect(TokenKind.BlockEnd);
            branches.Add((condition, state.InBranch(true, () => body(["elif", "else", "endif"]))));
            Token next = tokens.Next();
            if (next.Value == "elif")
                continue;
            if (next.Value == "else")
            {
                tokens.Expect(TokenKind.BlockEnd);
                otherwise = state.InBranch(true, () => body(["endif"]));
                tokens.Next();
            }

            return new(at, branches, otherwise);
        }
    }

    private ForNode ParseFor(TemplatePosition at)
    {
        Target target = targets.Parse(endsAtIn: true);
        if (target is NameTarget { Name: "loop" })
            throw tokens.Error("Can't assign to special loop variable in for-loop target");
        tokens.ExpectName("in");
        Expression items = expressions.ParseTuple(withConditional: false, endsAtRecursive: true);
        Expression? condition = tokens.SkipName("if") ? expressions.Parse() : null;
        bool isRecursive = tokens.SkipName("recursive");
        tokens.Expect(TokenKind.BlockEnd);
        loops++;
        BlockNode repeated = state.InBranch(false, () => body(["endfor", "else"]));
        loops--;
        BlockNode? otherwise = null;
        if (tokens.Next().Value == "else")
        {
            tokens.Expect(TokenKind.BlockEnd);
            otherwise = Isolated(["endfor"]);
            tokens.Next();
        }

        return new(at, target, items, new(condition, isRecursive, repeated, otherwise));
    }

    private Statement ParseSet(TemplatePosition at)
    {
        Target target = targets.Parse(withNamespace: true);
        if (tokens.SkipOperator("="))
            return new SetNode(at, target, expressions.ParseTuple());
        Expression? filter = tokens.Current.IsOperator("|") ? expressions.ParseFilters(null) : null;
        tokens.Expect(TokenKind.BlockEnd);
        BlockNode captured = Isolated(["endset"]);
        tokens.Next();
        return new SetBlockNode(at, target, filter, captured);
    }

    private FilterBlockNode ParseFilter(TemplatePosition at)
    {
        Expression filter = expressions.ParseFilters(null, startsInside: true);
        tokens.Expect(TokenKind.BlockEnd);
        BlockNode filtered = Isolated(["endfilter"]);
        tokens.Next();
        return new(at, filter, filtered);
    }

    private WithNode ParseWith(TemplatePosition at)
    {
        var values = new List<(Target Target, Expression Value)>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (values.Count > 0)
                tokens.ExpectOperator(",");
            Target target = targets.Parse();
            tokens.ExpectOperator("=");
            values.Add((target, expressions.Parse()));
        }

        tokens.Next();
        BlockNode inner = Isolated(["endwith"]);
        tokens.Next();
        return new(at, values, inner);
    }

    private NamedBlockNode ParseBlock(TemplatePosition at)
    {
        string name = tokens.Expect(TokenKind.Name).Value;
        if (!state.Blocks.Add(name))
            throw tokens.Error($"block '{name}' defined twice");
        bool isScoped = tokens.SkipName("scoped");
        tokens.SkipName("required");
        tokens.Expect(TokenKind.BlockEnd);
        int outer = loops;
        loops = 0;
        BlockNode inner = Isolated(["endblock"]);
        loops = outer;
        tokens.Next();
        if (tokens.Current.Kind == TokenKind.Name)
            tokens.ExpectName(name);
        return new(at, name, isScoped, inner);
    }

    private BlockNode Transparent(TemplatePosition at, string end)
    {
        tokens.Expect(TokenKind.BlockEnd);
        BlockNode inner = body([end]);
        tokens.Next();
        return new(at, inner.Statements);
    }

    private BlockNode ParsePrint(TemplatePosition at)
    {
        var printed = new List<Statement>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (printed.Count > 0)
                tokens.ExpectOperator(",");
            printed.Add(new PrintNode(tokens.Current.Position, expressions.Parse()));
        }

        return new(at, printed);
    }

    // Other templates cannot be loaded; a template that would is refused when it comes to it.
    private LoadingNode ParseLoading(TemplatePosition at)
    {
        expressions.Parse();
        while (tokens.Current.Kind is not (TokenKind.BlockEnd or TokenKind.End))
            tokens.Next();
        return new(at);
    }

    private BlockNode Isolated(string[] ends) => state.InBranch(false, () => body(ends));
}
