//! tmp
//! tmp
use baton_trials::hub::*;
use baton_core::hub::held::Patience;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let pat: u64 = args[2].parse().unwrap();
    let nodes: u32 = args[3].parse().unwrap();
    let names: Vec<String> = if args[1]=="all" {(1..13).map(|i| format!("S{i:02}")).collect()} else {args[1].split(',').map(|s|s.to_string()).collect()};
    for name in names {
    let c = scenario::Country::find(&name).unwrap();
    let seeds: Vec<u64> = if args.len()>4 {args[4].split(',').map(|s|s.parse().unwrap()).collect()} else {vec![c.scenario.seed]};
    for seed in seeds {
    let orders = traffic::orders(&c, seed);
    let mut rule = ours::Ours::new(&c, nodes, Patience{ms:pat}).unwrap();
    let w = world::World::new(c.clone(), orders).unwrap();
    let o = w.play(&mut rule, &mut |_| {});
    println!("{:32} {seed:4} n={} J={:.2}ms p50={:.1} p99={:.1} km={:.2} late={} drop={} over={:.3} refused={} held={} open={}", c.scenario.name, o.orders, o.j_s*1e3, o.p50_s*1e3, o.p99_s*1e3, o.extra_km, o.late, o.dropped, o.over_s, o.asks_refused, o.held, o.open);
    }}
}
