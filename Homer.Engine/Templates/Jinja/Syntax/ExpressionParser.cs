using Homer.Engine.Templates.Jinja.Nodes;

namespace Homer.Engine.Templates.Jinja.Syntax;

/// <summary>Parses expressions, from the loosest operators to the tightest.</summary>
internal sealed class ExpressionParser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];

    private readonly ParserState state;
    private readonly TokenStream tokens;
    private readonly PrimaryParser primaries;

    /// <summary>Creates a parser.</summary>
    public ExpressionParser(ParserState state)
    {
        this.state = state;
        tokens = state.Tokens;
        primaries = new(state, this);
    }

    /// <summary>Parses an expression.</summary>
    /// <param name="withConditional">Whether it may be <c>a if b else c</c>.</param>
    public Expression Parse(bool withConditional = true) => state.Nested(() => withConditional ? ParseConditional() : ParseOr());

    /// <summary>Parses an expression, or several with commas between them, which are a tuple.</summary>
    public Expression ParseTuple(bool withConditional = true, bool isInBrackets = false, bool endsAtRecursive = false)
    {
        TemplatePosition at = tokens.Current.Position;
        var items = new List<Expression>();
        bool isTuple = false;
        while (!IsTupleEnd(endsAtRecursive))
        {
            items.Add(Parse(withConditional));
            if (!tokens.SkipOperator(","))
                break;
            isTuple = true;
        }

        if (!isTuple && items.Count == 1)
            return items[0];
        return items.Count > 0 || isInBrackets
            ? new TupleExpression(at, items)
            : throw tokens.Error($"Expected an expression, got '{tokens.Current}'");
    }

    /// <summary>Parses filters on a value, or on the body of a block, which is null.</summary>
    public Expression ParseFilters(Expression? value, bool startsInside = false) => primaries.ParseFilters(value, startsInside);

    private bool IsTupleEnd(bool endsAtRecursive) => tokens.Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd
        || tokens.Current.IsOperator(")") || (endsAtRecursive && tokens.Current.IsName("recursive"));

    private Expression ParseConditional()
    {
        TemplatePosition at = tokens.Current.Position;
        int unknown = state.Unknown.Count;
        Expression value = ParseOr();
        while (tokens.SkipName("if"))
        {
            // The value was in a branch, which shows only now.
            state.Unknown.RemoveRange(unknown, state.Unknown.Count - unknown);
            Expression condition = state.InBranch(true, ParseOr);
            Expression? otherwise = tokens.SkipName("else") ? state.InBranch(true, () => state.Nested(ParseConditional)) : null;
            value = new ConditionalExpression(at, condition, value, otherwise);
        }

        return value;
    }

    private Expression ParseOr()
    {
        Expression left = ParseAnd();
        for (Token token = tokens.Current; tokens.SkipName("or"); token = tokens.Current)
            left = new LogicalExpression(token.Position, left, ParseAnd(), isOr: true);
        return left;
    }

    private Expression ParseAnd()
    {
        Expression left = ParseNot();
        for (Token token = tokens.Current; tokens.SkipName("and"); token = tokens.Current)
            left = new LogicalExpression(token.Position, left, ParseNot(), isOr: false);
        return left;
    }

    private Expression ParseNot()
    {
        Token token = tokens.Current;
        return tokens.SkipName("not") ? new UnaryExpression(token.Position, "not", state.Nested(ParseNot)) : ParseComparison();
    }

    private Expression ParseComparison()
    {
        Expression first = ParseSum();
        var operands = new List<(string Sign, Expression Value)>();
        while (true)
        {
            Token token = tokens.Current;
            if (token.Kind == TokenKind.Operator && Comparisons.Contains(token.Value))
            {
                tokens.Next();
                operands.Add((token.Value, ParseSum()));
            }
            else if (tokens.SkipName("in"))
            {
                operands.Add(("in", ParseSum()));
            }
            else if (token.IsName("not") && tokens.Following.IsName("in"))
            {
                tokens.Next();
                tokens.Next();
                operands.Add(("not in", ParseSum()));
            }
            else
            {
                return operands.Count == 0 ? first : new ComparisonExpression(first.Position, first, operands);
            }
        }
    }

    private Expression ParseSum() => ParseBinary(ParseConcatenation, "+", "-");

    private Expression ParseConcatenation()
    {
        Expression first = ParseProduct();
        if (!tokens.Current.IsOperator("~"))
            return first;
        var parts = new List<Expression> { first };
        while (tokens.SkipOperator("~"))
            parts.Add(ParseProduct());
        return new ConcatenationExpression(first.Position, parts);
    }

    private Expression ParseProduct() => ParseBinary(ParsePower, "*", "/", "//", "%");

    private Expression ParsePower() => ParseBinary(() => ParseUnary(withFilters: true), "**");

    // Operators of one strength, from the left to the right.
    private Expression ParseBinary(Func<Expression> operand, params string[] signs)
    {
        Expression left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && signs.Contains(tokens.Current.Value))
        {
            Token sign = tokens.Next();
            left = new BinaryExpression(sign.Position, sign.Value, left, operand());
        }

        return left;
    }

    private Expression ParseUnary(bool withFilters)
    {
        Token token = tokens.Current;
        Expression value = tokens.SkipOperator("-") || tokens.SkipOperator("+")
            ? new UnaryExpression(token.Position, token.Value, state.Nested(() => ParseUnary(withFilters: false)))
            : primaries.Parse();
        value = primaries.ParsePostfix(value);
        return withFilters ? primaries.ParseFiltersAndTests(value) : value;
    }
}
