namespace Homer.Engine.Templates.Jinja.Nodes;

/// <summary>The parts of a loop beside its items.</summary>
/// <param name="Condition">Which of them it takes; null for all.</param>
/// <param name="IsRecursive">Whether the body may call the loop.</param>
/// <param name="Body">The body.</param>
/// <param name="Otherwise">What is done when there are none; null for nothing.</param>
internal sealed record LoopParts(Expression? Condition, bool IsRecursive, BlockNode Body, BlockNode? Otherwise);
